"""The language of ElizaOS: Socket.IO events, REST, sessions, the agent socket, live logs."""
