from chatbot.bench.frame import Options, Report, Say


def flood(options: Options, say: Say) -> Report:
    raise NotImplementedError
