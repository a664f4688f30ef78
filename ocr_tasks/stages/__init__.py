"""The stages: functions of workdirs, an engine and options. They know the engines' protocols only."""
