/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every colour of text has a contrast of 4.5 or more to what is behind it in both schemes
 * (WCAG 2.2, 1.4.3). Colour never tells anything alone: words, crosses and dashes say the same.
 */
#include "html_style.h"

#include <stddef.h>

const char *const html_style[] = {
	":root{color-scheme:light dark;"
	"--fg:#1a2230;--mut:#556070;--bg:#ffffff;--card:#f4f6f9;--line:#d4dae2;--acc:#1d5bb8;"
	"--bad:#ad1f17;--badbg:#fdeeec;--ok:#14683c;--okbg:#e7f5ed;--warn:#7d5000;--warnbg:#fff3da}\n",
	"@media (prefers-color-scheme:dark){:root{"
	"--fg:#e8ecf1;--mut:#a3aebc;--bg:#11151b;--card:#1a202a;--line:#36404e;--acc:#8ab6ff;"
	"--bad:#ff9a90;--badbg:#3b1917;--ok:#78d9a2;--okbg:#10301e;--warn:#ffca70;--warnbg:#382a0b}}\n",
	"@media print{:root{color-scheme:light;"
	"--fg:#000000;--mut:#444444;--bg:#ffffff;--card:#f4f6f9;--line:#c4cad2;--acc:#1d5bb8;"
	"--bad:#ad1f17;--badbg:#fdeeec;--ok:#14683c;--okbg:#e7f5ed;--warn:#7d5000;--warnbg:#fff3da}}\n",
	"*{box-sizing:border-box}\n",
	"html{-webkit-text-size-adjust:100%}\n",
	"body{margin:0 auto;max-width:1040px;padding:28px;background:var(--bg);color:var(--fg);"
	"font:16px/1.55 system-ui,-apple-system,\"Segoe UI\",Roboto,\"DejaVu Sans\",sans-serif;"
	"overflow-wrap:anywhere}\n",
	"header p{margin:0;color:var(--mut);font-size:14px;font-weight:600}\n",
	"h1{font-size:26px;line-height:1.25;margin:0 0 6px;letter-spacing:-.01em}\n",
	"h2{font-size:19px;line-height:1.3;margin:36px 0 10px}\n",
	"h3{font-size:16px;margin:18px 0 6px}\n",
	"p{margin:6px 0}\n",
	"code,.m{font-family:ui-monospace,\"SFMono-Regular\",\"DejaVu Sans Mono\",Consolas,monospace;"
	"font-size:13px;line-height:1.5}\n",
	".mut{color:var(--mut);font-size:14px}\n",
	".banner{border-left:6px solid;border-radius:8px;padding:20px 24px;margin:14px 0 0}\n",
	".banner .m{color:var(--fg)}\n",
	".banner.bad{background:var(--badbg);border-color:var(--bad)}.bad h1{color:var(--bad)}\n",
	".banner.ok{background:var(--okbg);border-color:var(--ok)}.ok h1{color:var(--ok)}\n",
	".banner.warn{background:var(--warnbg);border-color:var(--warn)}.warn h1{color:var(--warn)}\n",
	"ol.do{list-style:none;counter-reset:do;margin:0;padding:0}\n",
	"ol.do li{counter-increment:do;position:relative;padding:10px 0 10px 44px;"
	"border-bottom:1px solid var(--line)}\n",
	"ol.do li:last-child{border-bottom:0}\n",
	"ol.do li::before{content:counter(do);position:absolute;left:0;top:9px;width:28px;height:28px;"
	"border-radius:50%;background:var(--acc);color:var(--bg);font-weight:700;font-size:14px;"
	"text-align:center;line-height:28px}\n",
	"ol.do code{display:block;margin-top:6px;padding:8px 12px;background:var(--card);"
	"border-radius:6px}\n",
	".who{font-weight:700}\n",
	"table{border-collapse:collapse;width:100%;font-size:15px}\n",
	"th,td{text-align:left;vertical-align:top;padding:9px 12px 9px 0;"
	"border-bottom:1px solid var(--line)}\n",
	"th{color:var(--mut);font-weight:600;font-size:14px;white-space:nowrap}\n",
	"td b{font-size:16px}td small{display:block;color:var(--mut);font-size:13px;line-height:1.35;"
	"overflow-wrap:normal}td:first-child{min-width:82px}\n",
	"td.num{white-space:nowrap;font-variant-numeric:tabular-nums}\n",
	".tag{display:inline-block;padding:1px 10px;border-radius:12px;font-size:13px;font-weight:700;"
	"white-space:nowrap}\n",
	".tag.bad{background:var(--badbg);color:var(--bad)}.tag.ok{background:var(--okbg);"
	"color:var(--ok)}.tag.warn{background:var(--warnbg);color:var(--warn)}\n",
	".card{background:var(--card);border-radius:8px;padding:16px 18px}\n",
	".two{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:0 28px}\n",
	"ol.way{list-style:none;margin:0;padding:0}\n",
	"ol.way li{position:relative;display:flex;align-items:center;min-height:50px;"
	"padding-left:92px}\n",
	"ol.way svg{overflow:visible}\n",
	"ol.way li>svg{position:absolute;left:0;top:0;width:92px;height:100%}\n",
	"ol.way .where{padding:4px 0}\n",
	"ol.way small{color:var(--mut);font-size:13px;display:block;line-height:1.35}\n",
	"ol.way .stop{color:var(--bad);font-weight:700}\n",
	".key{display:flex;flex-wrap:wrap;gap:4px 20px;font-size:13px;color:var(--mut);margin:0 0 8px}\n",
	".key i{display:inline-block;width:22px;height:0;border-top:3px solid;vertical-align:middle;"
	"margin-right:6px}\n",
	".key .r{border-color:var(--bad)}.key .g{border-color:var(--ok)}"
	".key .d{border-color:var(--mut);border-top-style:dashed}.key .a{border-color:var(--acc)}\n",
	"svg text{fill:var(--fg);font:12px system-ui,\"Segoe UI\",Roboto,\"DejaVu Sans\",sans-serif}\n",
	"svg .s{fill:var(--mut);font-size:11px}\n",
	"svg .x{fill:var(--bad)}svg .k{fill:var(--ok)}svg .w{fill:var(--warn)}\n",
	".fig{display:block;width:100%;max-width:460px;height:auto}\n",
	"dl{display:grid;grid-template-columns:minmax(110px,170px) minmax(0,1fr);gap:4px 16px;margin:0;"
	"font-size:15px}\n",
	"dt{color:var(--mut)}dd{margin:0}\n",
	"details{border:1px solid var(--line);border-radius:8px;padding:0 18px;margin:12px 0}\n",
	"summary{cursor:pointer;padding:12px 0;font-weight:600}\n",
	"summary:focus-visible{outline:2px solid var(--acc);outline-offset:2px}\n",
	"details[open]{padding-bottom:14px}\n",
	"pre{margin:4px 0 14px;padding:10px 12px;background:var(--card);border-radius:6px;"
	"white-space:pre-wrap;overflow-wrap:anywhere}\n",
	"table.small{font-size:13px}table.small th,table.small td{padding:4px 10px 4px 0}\n",
	"footer{margin-top:40px;padding-top:14px;border-top:1px solid var(--line);color:var(--mut);"
	"font-size:13px}\n",
	"@media (max-width:760px){body{padding:18px 16px}h1{font-size:22px}"
	".two{grid-template-columns:minmax(0,1fr)}.banner{padding:16px 16px}.card{padding:12px}"
	".wide{display:none}dl{grid-template-columns:minmax(0,1fr)}dd{margin-bottom:8px}"
	"ol.way li{padding-left:80px}"
	"th,td{padding-right:8px}}\n",
	"@media print{@page{margin:16mm 14mm}body{padding:0;max-width:none;font-size:11pt}"
	"h1{font-size:18pt}h2{font-size:13pt;margin-top:18pt}"
	"h2,h3,summary{break-after:avoid}"
	".banner,.card,ol.do li,ol.way li,tr,pre,dl,.fig{break-inside:avoid}"
	"*{-webkit-print-color-adjust:exact;print-color-adjust:exact}"
	"details:not([open]){display:none}}\n",
	NULL,
};
