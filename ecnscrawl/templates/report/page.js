// Draws the charts of the report page and lets one run be looked at; what it shows came with the page.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const { columns, hours, runs } = JSON.parse(byId("data").textContent);
  const first = columns - runs.length; // runs stand at the right
  const color = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
  const font = "12px system-ui, sans-serif";
  const charts = [];

  const SECONDS = [
    [1, "1 s"], [10, "10 s"], [60, "1 min"], [600, "10 min"], [3600, "1 h"], [21600, "6 h"], [86400, "1 d"],
    [864000, "10 d"], [8640000, "100 d"], [86400000, "1,000 d"], [864000000, "10,000 d"],
  ].map(([seconds, text]) => [Math.log10(seconds), text]);

  // The top of a chart: that of all but a few runs, where those are so much higher that nothing else could be seen.
  function topOf(values) {
    const sorted = [...values].sort((a, b) => b - a);
    const few = Math.max(1, Math.floor(values.length / 20));
    const rest = sorted[few] || 0;
    return Math.max(1, rest > 0 && sorted[0] > 4 * rest ? rest * 1.3 : sorted[0]);
  }

  function chart(id, height, top, valueAxis, series, data, rest = {}) {
    const place = byId(id);
    if (!place) return;
    const width = () => place.clientWidth;
    const axisWidth = () => width() - (place.previousElementSibling?.matches(".name") ? document.querySelector(".strip").clientWidth : width() - 40);
    const options = {
      width: width(), height, padding: [14, 0, 2, 0], legend: { show: false }, cursor: { show: false },
      scales: { x: { time: false, range: [-0.5, data[0].length - 0.5] }, y: { range: top } },
      axes: [
        { show: false },
        { side: 1, size: axisWidth, gap: 6, font, stroke: color("soft"), ticks: { show: false }, grid: { stroke: color("line"), width: 1 }, ...valueAxis },
      ],
      series: [{}, ...series],
      ...rest,
    };
    const drawn = new uPlot(options, data, place);
    charts.push(drawn);
    new ResizeObserver(() => drawn.setSize({ width: width(), height })).observe(place);
  }

  const spread = (values) => [...Array(first).fill(null), ...values];
  const x = Array.from({ length: columns }, (_, column) => column);
  const bars = uPlot.paths.bars({ size: [0.8, 200] });

  // Two numbers on top of each other: the sum is drawn first, and the lower one over it.
  function stack(id, height, hue, lower, upper) {
    const below = runs.map((run) => run[lower]);
    const sums = runs.map((run) => run[lower] + run[upper]);
    const top = topOf(sums);
    const cut = (drawn) => {
      drawn.ctx.save();
      drawn.ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
      drawn.ctx.fillStyle = color("soft")();
      drawn.ctx.textAlign = "right";
      sums.forEach((sum, run) => {
        if (sum > top) drawn.ctx.fillText(`${sum.toLocaleString("en")} ↑`, drawn.valToPos(first + run + 0.4, "x", true), drawn.bbox.top - 3 * devicePixelRatio);
      });
      drawn.ctx.restore();
    };
    const bar = (fill) => ({ paths: bars, fill: color(fill), width: 0, points: { show: false } });
    const axis = { splits: () => (top < 2 ? [0, 1] : [0, Math.round(top / 2), Math.round(top)]), values: (_, at) => at.map((value) => value.toLocaleString("en")) };
    chart(id, height, [0, top], axis, [bar(`${hue}-pale`), bar(hue)], [x, spread(sums), spread(below)], { hooks: { draw: [cut] } });
  }

  // Durations, which run from seconds to years, on a logarithmic scale.
  function durations(id, height, names) {
    const lines = names.map((name) => runs.map((run) => (run[name] === null ? null : Math.log10(Math.max(1, run[name])))));
    const known = lines.flat().filter((value) => value !== null);
    const low = Math.max(0, SECONDS.findLastIndex(([at]) => at <= Math.min(...known)));
    const high = SECONDS.findIndex(([at]) => at >= Math.max(...known));
    const shown = SECONDS.slice(low, Math.max(high, low + 1) + 1);
    const ticks = shown.filter((_, index) => (shown.length - 1 - index) % Math.ceil(shown.length / 5) === 0);
    const axis = { splits: () => ticks.map(([at]) => at), values: () => ticks.map(([, text]) => text) };
    const line = (_, index) => ({
      stroke: color("blue"), width: 1, dash: index ? [3, 3] : undefined, spanGaps: true,
      points: { show: true, size: index ? 6 : 5, width: 1.25, stroke: color("blue"), fill: color(index ? "paper" : "blue") },
    });
    if (known.length) chart(id, height, [shown[0][0], shown.at(-1)[0]], axis, names.map(line), [x, ...lines.map(spread)]);
  }

  function hoursOfDay() {
    const top = topOf(hours);
    const axis = { splits: () => (top < 2 ? [0, 1] : [0, Math.round(top / 2), Math.round(top)]) };
    chart("hours", 160, [0, top], axis, [{ paths: bars, fill: color("blue"), width: 0, points: { show: false } }], [hours.map((_, hour) => hour), hours]);
  }

  // One run is chosen: its numbers stand beside the charts, and a band runs through its column.
  const choice = byId("choice");
  const rows = [...document.querySelectorAll("#runs-table tbody tr")].reverse();
  const coverage = [...document.querySelectorAll("#coverage-table tbody tr")].reverse();
  function choose(index) {
    const [when, status] = [...rows[index].cells].map((cell) => cell.textContent.trim());
    const why = rows[index].querySelector(".why").textContent;
    const name = `${when} UTC, ${status}`;
    choice.value = index + 1;
    choice.setAttribute("aria-valuetext", why ? `${name}: ${why}` : name);
    document.querySelectorAll("[data-chosen]").forEach((place) => { place.textContent = name; });
    byId("why").textContent = why;
  }
})();
