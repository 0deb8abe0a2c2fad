"""`python -m dashboard.lessons`: reads every lesson, or those in the folder that is named, and says what is wrong."""

import sys
from pathlib import Path

from dashboard.lessons import HERE
from dashboard.lessons.reading import read_all


def main(folder: Path) -> int:
    """Say how the lessons of a folder are; return 1 where one has a mistake."""
    shelf = read_all(folder)
    for lesson in shelf.lessons:
        print(f"{lesson.name}: {lesson.content['title']['en']}, {len(lesson.content['steps'])} steps")
    for mistake in shelf.mistakes.values():
        print(mistake, file=sys.stderr)
    return 1 if shelf.mistakes else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE))
