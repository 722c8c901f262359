"""Small scripts that run another tool, each in that tool's own environment."""
