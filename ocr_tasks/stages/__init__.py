"""The stages: functions of workdirs, an engine and options. They know the engines' protocols only.

Each is a module, or a room whose module `stage` is the entry. A room uses those before it, `ink`, `crops` and `lying`.
"""
