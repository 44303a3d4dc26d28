"""Engine.IO and Socket.IO on Tornado: the shell around `jupyter_agentchat.socketio`.

A dialect implements `Application` and mounts it with `engine_handler`; this package knows none.
"""
