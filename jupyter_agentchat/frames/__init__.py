"""The log as frames: Arrow tables with declared schemas, and pandas DataFrames made of them.

Importing it is cheap: pyarrow, numpy and pandas are loaded by the first table and the first frame.
"""
