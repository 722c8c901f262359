"""Measurements that are run by hand: training, comparison with other tools, speed."""
