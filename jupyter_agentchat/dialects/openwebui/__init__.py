"""Open WebUI 0.6.41: channels and chat completions, over REST and Socket.IO."""
