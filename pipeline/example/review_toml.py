"""The protocol of the example review, as a person would write it.

Kept as one constant so that the example is a folder anybody can read; it is also the model of a
complete, commented ``review.toml``.
"""

from __future__ import annotations

from typing import Final

__all__ = ["REVIEW_TOML"]

REVIEW_TOML: Final = """\
# An invented review. Its titles, abstracts, authors and journals do not exist.

[review]
title = "Implementing digital mental health technologies in services"
question = \"\"\"\\
What hinders and what helps the implementation of digital technologies (apps, internet-delivered
therapy, videoconferencing, monitoring, virtual reality) in mental health services, as reported by
patients, carers, professionals and managers?\"\"\"

# Records from outside the window are removed before screening and counted as "automatic". A record
# without a year is never removed, and a citation stays if any of its records falls in the window.
[dates]
from = 2010-01-01
to = 2022-12-31

# Change the version whenever the wording changes: decisions remember theirs.
[criteria]
version = "1"
inclusion = [
  "The technology is digital and is used for the care of people with mental health problems.",
  "It is used, tried or planned in a health or social care service.",
  "The study is empirical and reports what hindered or helped adoption, use or implementation.",
]

# In the protocol's order: a full text is counted under the first reason that applies.
[[criteria.exclusion]]
id = "not-mental-health"
text = "The service is not for people with mental health problems"

[[criteria.exclusion]]
id = "not-digital"
text = "The intervention is not a digital technology"

[[criteria.exclusion]]
id = "not-in-service"
text = "The technology is not used in a health or social care service"

[[criteria.exclusion]]
id = "no-implementation-findings"
text = "No findings on barriers to, or facilitators of, implementation"

[[criteria.exclusion]]
id = "publication-type"
text = "Not a full report of an empirical study (protocol, editorial, conference abstract)"

[[criteria.exclusion]]
id = "language"
text = "Full text in a language that the team does not read"

[[reviewers]]
id = "r1"
name = "First Reviewer"

# When two records are the same publication; pairs in doubt are shown to a person. Empty: defaults.
[dedupe]

# Which citation is read next. The order is only advice: everything can still be read.
[screening]
model = "blend"
n_excludes = 1 # reviewers who must agree to exclude; one include keeps
seed = 2022

# Barriers and facilitators by domain and level.
[tagging]
codebook = "berardi-2024"
"""
