import time
from tests.worlds.deeds import does, Passing
from tests.worlds.schedule import Step, alike, compare
from tests.worlds.world import Depth
def test_trial(stage):
    sch = [
      Step(does("alex","types",of="the first",key="letter",text="x"), None),
      alike(does("blake","writes",of="the first",key="letter",text="mine")),
      Step(does("alex","settles",of="the second",key="line",text="x",keep="both"), does("alex","skips",of="the second",key="line")),
      alike(does("moreno","gives",of="the third",to="alex and blake")),
      Step(does("moreno","gives",of="alone",to="alex"), None),
      alike(does("alex","offers",of="the first",key="letter",text="for you")),
      Step(does("alex","finishes",of="the second",audience="therapist",line=""), None),
      alike(Passing(24)),
    ]
    for d in (Depth(), ):
        t=time.perf_counter()
        compare(stage, sch, observer="blake", depth=d)
        print("took", time.perf_counter()-t)
