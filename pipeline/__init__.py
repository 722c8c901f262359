"""Thresher's library: from database exports to an included, tagged set of studies.

Every stage is a pure function from typed frames to typed frames; only `pipeline.store` touches
disk and database, and only `pipeline.review` puts the stages together.
"""
