"""Where things lie in a clone."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
VAR = ROOT / "var"
DOTENV = ROOT / ".env"
