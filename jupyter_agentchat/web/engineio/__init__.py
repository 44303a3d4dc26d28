"""Engine.IO and Socket.IO on Tornado: the shell around `jupyter_agentchat.socketio`.

A dialect implements `Application` and mounts it with an `EngineHandler`; this package knows none.
"""
