"""The parts that the samples show. Each module holds a frozen record of a part's sizes (millimetres, or inches where
the sheet's notation says so) and functions that draw its views with dimensions taken from those sizes."""
