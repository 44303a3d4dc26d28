"""Our own language: REST, Server-Sent Events, one WebSocket, and the log's tables."""
