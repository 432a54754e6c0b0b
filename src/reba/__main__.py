"""`python -m reba` is the command `reba`."""

from reba.cli import main

if __name__ == "__main__":
    main()
