from exercises.kinds.read import Read


class Timer(Read):
    """Breathing, or turns of speaking and listening, by the clock. Nothing is asked, and nothing is kept."""

    name = "timer"
    template = "exercises/steps/timer.html"
    script = "js/timer.js"
