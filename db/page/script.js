"use strict";
// What a page does by itself: sorts, filters, folds, copies, and shows the values of a chart. It loads nothing from the network.
function action(text, title) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "action";
    button.textContent = text;
    if (title) {
        button.setAttribute("aria-label", title);
    }
    return button;
}

// a long name may break behind a dot, an underscore or a slash; what is copied stays the name
for (const name of document.querySelectorAll(".name, .names, .path")) {
    const parts = name.textContent.split(/(?<=\w[._/])(?=\w)/);
    name.replaceChildren(...parts.flatMap((part, at) => at ? [document.createElement("wbr"), part] : [part]));
}

// an option or a name with a hyphen in it stays in one piece, unless it would not fit on a phone
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const texts = [];
while (walker.nextNode()) {
    if (walker.currentNode.data.includes("-") && !walker.currentNode.parentElement.closest("script, style, svg, button, .plot")) {
        texts.push(walker.currentNode);
    }
}
for (const text of texts) {
    text.replaceWith(...text.data.split(/(?<=^|[\s("'])([\w./=]*-[\w./=-]+)/).map(part => {
        if (!/^\S*-\S+$/.test(part) || !/[a-z]{2}/i.test(part) || part.length > 30) {
            return part;
        }
        const whole = document.createElement("span");
        whole.className = "whole";
        whole.textContent = part;
        return whole;
    }));
}

for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    if (body.rows.length < 2) {
        continue;
    }
    const headings = [...table.tHead.rows[0].cells];
    const number = cell => {
        const parsed = parseFloat(cell.dataset.value ?? cell.textContent.replace(/[~,]/g, ""));
        return Number.isNaN(parsed) ? -1 : parsed;
    };
    headings.forEach((heading, column) => {
        const button = document.createElement("button");
        button.type = "button";
        button.append(...heading.childNodes);
        heading.append(button);
        button.addEventListener("click", () => {
            const numeric = heading.classList.contains("number");
            const before = heading.getAttribute("aria-sort");
            const up = before ? before === "descending" : !numeric;
            const text = row => row.cells[column].textContent;
            const compare = (a, b) => numeric
                ? number(a.cells[column]) - number(b.cells[column]) : text(a).localeCompare(text(b));
            headings.forEach(other => other.removeAttribute("aria-sort"));
            heading.setAttribute("aria-sort", up ? "ascending" : "descending");
            body.append(...[...body.rows].sort((a, b) => up ? compare(a, b) : compare(b, a)));
            table.dispatchEvent(new Event("sorted"));
        });
    });
}

// a long table has a field that says which rows are shown; of a long list of findings the first are, until one asks for more
const long = 8;
const first = 5;
document.querySelectorAll("table.filters, table.folds").forEach((table, number) => {
    const rows = [...table.tBodies[0].rows];
    if (rows.length <= long) {
        return;
    }
    const texts = new Map(rows.map(row => [row, row.textContent.toLowerCase()]));
    const box = table.closest(".wide");
    const input = document.createElement("input");
    const label = document.createElement("label");
    const count = document.createElement("span");
    const filter = document.createElement("div");
    input.type = "search";
    input.id = "filter-" + (table.id || number);
    label.htmlFor = input.id;
    label.textContent = "Show only rows that contain";
    count.className = "count soft";
    count.setAttribute("role", "status");
    filter.className = "filter";
    filter.append(label, input, count);
    box.before(filter);
    const more = table.classList.contains("folds") ? action("") : null;
    let all = !more;
    const show = () => {
        const wanted = input.value.trim().toLowerCase();
        let shown = 0;
        [...table.tBodies[0].rows].forEach((row, at) => {
            const unwanted = !texts.get(row).includes(wanted);
            const folded = !all && !wanted && at >= first;
            row.classList.toggle("unwanted", unwanted || folded);
            shown += unwanted || folded ? 0 : 1;
        });
        count.textContent = `${shown} of ${rows.length} rows`;
        if (more) {
            more.hidden = wanted !== "";
            more.textContent = all ? `Show the first ${first}` : `Show ${rows.length - first} more`;
            more.setAttribute("aria-expanded", all);
        }
    };
    if (more) {
        more.classList.add("fold");
        more.addEventListener("click", () => {
            all = !all;
            show();
        });
        box.after(more);
    }
    input.addEventListener("input", show);
    table.addEventListener("sorted", show);
    show();
});

// a page that was opened from a file may have no clipboard: then the text is selected, and copied the old way
async function copy(element) {
    try {
        await navigator.clipboard.writeText(element.textContent);
        return true;
    } catch (refused) {
        getSelection().selectAllChildren(element);
        return document.execCommand("copy");
    }
}
const told = document.createElement("p");
told.className = "spoken";
told.setAttribute("role", "status");
document.body.append(told);
for (const statement of document.querySelectorAll("pre.copied")) {
    const button = action("Copy", "Copy " + statement.textContent.slice(0, 80));
    button.addEventListener("click", async () => {
        const text = await copy(statement) ? "Copied" : "Selected: press Ctrl+C";
        button.textContent = text;
        told.textContent = text;
        setTimeout(() => button.textContent = "Copy", 3000);
    });
    statement.after(button);
}

// the table below a chart has its values, and where they are drawn; hovering, a finger or the arrow keys tell them
for (const plot of document.querySelectorAll(".plot")) {
    const table = plot.parentElement.querySelector(".values table");
    const units = [...table.tHead.rows[0].cells].slice(1).map(cell => cell.textContent);
    const points = [...table.tBodies[0].rows].reverse();
    const cursor = document.createElement("div");
    const tip = document.createElement("div");
    cursor.className = "cursor";
    tip.className = "tip";
    tip.setAttribute("role", "status");
    let shown = points.length - 1;
    const hide = () => [cursor, tip].forEach(part => part.remove());
    const show = at => {
        shown = at;
        const [date, ...values] = [...points[at].cells].map(cell => cell.textContent);
        const x = Number(points[at].dataset.x);
        tip.textContent = [date, ...values.map((value, i) => value && `${units[i]}: ${value}`).filter(Boolean)].join("\n");
        cursor.style.left = x + "%";
        tip.style.left = x < 50 ? `calc(${x}% + .5rem)` : "";
        tip.style.right = x < 50 ? "" : `calc(${100 - x}% + .5rem)`;
        plot.append(cursor, tip);
    };
    plot.addEventListener("pointermove", event => {
        const area = plot.getBoundingClientRect();
        const x = 100 * (event.clientX - area.left) / area.width;
        const far = point => Math.abs(Number(point.dataset.x) - x);
        show(points.reduce((best, point, at) => far(point) < far(points[best]) ? at : best, 0));
    });
    plot.addEventListener("pointerleave", hide);
    plot.addEventListener("focus", () => show(shown));
    plot.addEventListener("blur", hide);
    plot.addEventListener("keydown", event => {
        const last = points.length - 1;
        const to = {ArrowLeft: shown - 1, ArrowRight: shown + 1, Home: 0, End: last}[event.key];
        if (to !== undefined) {
            event.preventDefault();
            show(Math.min(last, Math.max(0, to)));
        }
    });
}

// on paper nothing is folded away
const folded = [...document.querySelectorAll("details")];
addEventListener("beforeprint", () => folded.forEach(details => {
    details.dataset.open = details.open;
    details.open = true;
}));
addEventListener("afterprint", () => folded.forEach(details => details.open = details.dataset.open === "true"));
