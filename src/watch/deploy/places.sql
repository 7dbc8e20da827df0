-- SPDX-License-Identifier: BSD-2-Clause
-- DuckDB over the JSON lines of many places: duckdb < places.sql, where results/ holds what each place
-- printed with mailsonde probe --format jsonl. Every line has every key, so the types are found by
-- themselves (one that is null everywhere is taken for JSON); run and vantage tell runs and places apart.
CREATE OR REPLACE VIEW result AS
	SELECT * FROM read_json_auto('results/*.jsonl', union_by_name = true);

-- Each place's last word on each port.
CREATE OR REPLACE VIEW newest AS
	SELECT * FROM result
	QUALIFY row_number() OVER (PARTITION BY vantage, host, address, port ORDER BY run DESC) = 1;

-- What is blocked from most places is the server's or its provider's; from one alone, that place's.
SELECT coalesce(host::VARCHAR, address) AS target, port,
	count(*) AS places,
	count(*) FILTER (verdict NOT IN ('open', 'inconclusive')) AS blocked,
	string_agg(vantage || ' ' || verdict, ', ' ORDER BY vantage)
		FILTER (verdict <> 'open') AS words
FROM newest
GROUP BY ALL
ORDER BY blocked DESC, target, port;
