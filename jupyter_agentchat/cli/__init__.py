"""The command line: ``jupyter agentchat``."""
