"""A toolbox for Tornado: who asks, how errors are told, how events are written."""
