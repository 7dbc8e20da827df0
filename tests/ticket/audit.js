// SPDX-License-Identifier: BSD-2-Clause
// Run by the page test beside the report, in a page that holds it in frames of several widths: looks
// for what runs over, cannot be read, or is out of order. Its last line tells all that it found.
"use strict";

const AA = 4.5; // WCAG 2.2, 1.4.3

function channel(value) {
	value /= 255;
	return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function luminance(color) {
	return 0.2126 * channel(color[0]) + 0.7152 * channel(color[1]) + 0.0722 * channel(color[2]);
}

function parse(text) {
	const numbers = text.match(/[\d.]+/g).map(Number);
	return numbers.length === 3 ? [...numbers, 1] : numbers;
}

function background(view, element) {
	for (let at = element; at; at = at.parentElement) {
		const color = parse(view.getComputedStyle(at).backgroundColor);
		if (color[3] === 1)
			return color;
	}
	return [255, 255, 255, 1];
}

function contrast(view, element) {
	const style = view.getComputedStyle(element);
	const text = parse(element instanceof view.SVGElement ? style.fill : style.color);
	const [light, dark] = [luminance(text), luminance(background(view, element))]
		.sort((a, b) => b - a);
	return (light + 0.05) / (dark + 0.05);
}

function looks(view, element) {
	const box = element.getBoundingClientRect();
	return box.width > 0 && box.height > 0;
}

function texts(view) {
	const walker = view.document.createTreeWalker(view.document.body, view.NodeFilter.SHOW_TEXT);
	const found = [];
	while (walker.nextNode()) {
		const parent = walker.currentNode.parentElement;
		if (walker.currentNode.data.trim() && looks(view, parent) &&
			!["TITLE", "STYLE"].includes(parent.tagName.toUpperCase()))
			found.push(parent);
	}
	return found;
}

function headings(view) {
	const wrong = [];
	let before = 0;
	for (const heading of view.document.querySelectorAll("h1,h2,h3,h4,h5,h6")) {
		const level = Number(heading.tagName[1]);
		if (level > before + 1 || (level === 1 && before > 0))
			wrong.push(heading.textContent);
		before = level;
	}
	return wrong;
}

function audit(frame) {
	const view = frame.contentWindow;
	const root = view.document.documentElement;
	view.document.querySelectorAll("details").forEach(one => { one.open = true; });
	const told = texts(view);
	return {
		width: view.innerWidth,
		dark: view.matchMedia("(prefers-color-scheme: dark)").matches,
		overflow: root.scrollWidth - view.innerWidth,
		outside: [...view.document.body.querySelectorAll("*")].filter(
			one => one.getBoundingClientRect().right > view.innerWidth + 1).length,
		pale: [...new Set(told.filter(one => contrast(view, one) < AA)
			.map(one => `${one.tagName}.${one.getAttribute("class")} ${contrast(view, one).toFixed(2)}`))],
		small: told.filter(one => parseFloat(view.getComputedStyle(one).fontSize) *
			(one.ownerSVGElement ? one.getScreenCTM().a : 1) < 9).length,
		headings: headings(view),
		first: view.document.querySelectorAll("h1").length,
		unnamed: [...view.document.querySelectorAll("svg[role=img]")].filter(
			one => !one.getAttribute("aria-label")).length,
		active: view.document.querySelectorAll(
			"script,iframe,object,embed,link,img,form,base,[src],[href],[onload],[onerror]").length,
		texts: told.length,
		marked: view.marked === true,
	};
}

addEventListener("load", () => {
	const found = [...document.querySelectorAll("iframe")].map(audit);
	const last = document.createElement("p");
	last.id = "found";
	last.textContent = JSON.stringify(found);
	document.body.append(last);
});
