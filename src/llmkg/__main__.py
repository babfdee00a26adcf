"""``python -m llmkg``: the command."""

from llmkg.cli import main

main()
