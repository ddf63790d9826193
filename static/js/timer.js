// A timer by the clock on the wall: a tab that was asleep is right again when it wakes. The words lead; the rest is extra.
(() => {
  "use strict";

  const LONG = 120000; // a turn in which it helps to hear once how far it is
  const MINUTE = 60000;
  const box = document.querySelector("[data-timer]");
  const part = (name) => box.querySelector(`[data-${name}]`);
  const words = box.dataset;
  const phases = [...document.querySelectorAll("[data-seconds]")].map(({ dataset }) => ({
    ...dataset,
    ms: dataset.seconds * 1000,
  }));
  const round = phases.reduce((sum, phase) => sum + phase.ms, 0);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const [go, end, disc] = ["go", "end", "disc"].map(part);

  let begun = 0; // when it would have begun, had there been no pause
  let passed = 0; // at the moment it was paused
  let running = false;
  let last = -1; // the phase that was told of, counted over all rounds
  let half, clock, breath, lock, audio;

  const say = (text) => {
    const line = document.getElementById("announce");
    line.textContent = "";
    setTimeout(() => { line.textContent = text; }, 50);
  };
  const on = (name) => part(name).getAttribute("aria-pressed") === "true";

  const count = (n, unit) =>
    new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" }).format(n);
  // Whole minutes, then seconds; by tens where a turn is long, so that nobody is counted down.
  const inWords = (left, phase) => {
    if (left > MINUTE) return count(Math.ceil(left / MINUTE), "minute");
    const step = phase.ms > MINUTE ? 10 : 1;
    return count(Math.ceil(left / 1000 / step) * step, "second");
  };

  const ring = () => {
    const now = audio.currentTime;
    const tone = audio.createOscillator();
    const loud = audio.createGain();
    tone.frequency.value = 440;
    loud.gain.setValueAtTime(0, now);
    loud.gain.linearRampToValueAtTime(0.15, now + 0.05);
    loud.gain.exponentialRampToValueAtTime(0.001, now + 1.2);
    tone.connect(loud).connect(audio.destination);
    tone.start(now);
    tone.stop(now + 1.2);
  };
  const signal = () => {
    if (on("chime")) ring();
    if (on("shake")) navigator.vibrate(150);
  };

  const settle = () => disc.getAnimations().forEach((one) => one.cancel());
  const breathe = ({ key, ms }, gone) => {
    if (still.matches || !["in", "out"].includes(key)) return;
    const small = "scale(.6)";
    const way = key === "in" ? [small, "none"] : ["none", small];
    settle();
    breath = disc.animate({ transform: way }, { duration: ms, fill: "forwards", easing: "ease-in-out" });
    breath.currentTime = gone;
  };

  // Where there is none, or the browser says no, the page says so and goes on.
  const stayAwake = async () => {
    try {
      lock = await navigator.wakeLock.request("screen");
      part("dark").hidden = true;
      if (!running) lock.release();
    } catch {
      part("dark").hidden = !running;
    }
  };

  const where = (elapsed) => {
    let n = Math.floor(elapsed / round) * phases.length;
    let gone = elapsed % round;
    for (const phase of phases) {
      if (gone < phase.ms) return { n, phase, gone };
      gone -= phase.ms;
      n += 1;
    }
  };

  const tick = () => {
    const elapsed = Math.max(0, Date.now() - begun);
    if (elapsed >= round * words.rounds) return stop(words.over);
    const { n, phase, gone } = where(elapsed);
    const left = phase.ms - gone;
    if (n !== last) {
      last = n;
      half = phase.ms < LONG || gone > phase.ms / 2;
      part("phase").textContent = phase.label;
      say(phase.label);
      signal();
      breathe(phase, gone);
    } else if (!half && gone >= phase.ms / 2) {
      half = true;
      say(words.half);
    }
    part("remains").textContent = inWords(left, phase);
    clearTimeout(clock);
    clock = setTimeout(tick, left % 1000 || 1000);
  };

  const rest = (label) => {
    running = false;
    clearTimeout(clock);
    lock?.release();
    breath?.pause();
    go.textContent = label;
    part("dark").hidden = true;
  };
  const run = () => {
    running = true;
    begun = Date.now() - passed;
    go.textContent = words.pause;
    end.hidden = false;
    breath?.play();
    stayAwake();
    tick();
  };
  const stop = (text) => {
    rest(words.start);
    if (text === words.over) signal();
    settle();
    breath = null;
    passed = 0;
    last = -1;
    if (document.activeElement === end) go.focus();
    end.hidden = true;
    part("phase").textContent = text;
    part("remains").textContent = "";
    say(text);
  };

  go.addEventListener("click", () => {
    if (!running) return run();
    passed = Date.now() - begun;
    rest(words.onward);
    say(words.paused);
  });
  end.addEventListener("click", () => stop(words.stopped));

  const toggle = (name, turned) => part(name).addEventListener("click", ({ currentTarget }) => {
    currentTarget.setAttribute("aria-pressed", String(!on(name)));
    if (on(name)) turned();
  });
  toggle("chime", () => {
    audio ||= new AudioContext();
    audio.resume();
    ring();
  });
  toggle("shake", () => navigator.vibrate(80));

  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !running) return;
    stayAwake();
    tick();
  });

  part("shake").hidden = !navigator.vibrate;
  part("phase").textContent = phases[0].label;
  part("remains").textContent = inWords(phases[0].ms, phases[0]);
  box.hidden = false;
})();
