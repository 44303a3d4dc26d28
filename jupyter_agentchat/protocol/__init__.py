"""The language of the log: ids, clock, model, events, commands, position, codec, life cycle, fold.

Nothing here knows a framework, a socket or a file.
"""
