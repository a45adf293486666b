"""How much load, for how long, and whether this machine lets us."""

import resource
from dataclasses import dataclass

from chatbot.bench.frame import CannotMeasure, Options

# Besides its sockets a process has files, pipes and connections of its own.
OTHER_FILES = 500


@dataclass(frozen=True)
class Plan:
    """Sockets are idle ones; `streams` visitors talk; `stuck` sockets stop reading at the end."""

    sockets: int
    streams: int
    minutes: float
    stuck: int
    stuck_seconds: float

    @classmethod
    def of(cls, options: Options) -> "Plan":
        """What was asked for, else the whole load, or a small one with `--quick`."""
        sockets, streams, minutes = (300, 20, 0.3) if options.quick else (5000, 200, 10.0)
        return cls(
            sockets=options.sockets or sockets,
            streams=options.streams or streams,
            minutes=options.minutes or minutes,
            stuck=10 if options.quick else 100,
            # 90 s of large replies are over 4 MB; a loopback connection swallows 3 MB by itself.
            stuck_seconds=10 if options.quick else 90,
        )


def raise_file_limit(plan: Plan) -> None:
    """This process and those it starts may open as many sockets as planned; else CannotMeasure."""
    wanted = plan.sockets + plan.streams + plan.stuck + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise CannotMeasure(
            f"A process may open {hard} files here and {wanted} are needed: raise the limit with "
            f"`ulimit -n {wanted}`, or ask for fewer --sockets."
        )
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
