CREATE TABLE IF NOT EXISTS account (
	id TEXT PRIMARY KEY,
	opening INTEGER NOT NULL,
	cents INTEGER NOT NULL,
	fence INTEGER NOT NULL DEFAULT 0
);

-- A payment is in one of the next two tables: a posting moves it from the first to the second
CREATE TABLE IF NOT EXISTS pending (
	seq INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	payer TEXT NOT NULL,
	payee TEXT NOT NULL,
	cents INTEGER NOT NULL,
	file TEXT NOT NULL,
	line INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS posted (
	id TEXT PRIMARY KEY,
	payer TEXT NOT NULL,
	payee TEXT NOT NULL,
	cents INTEGER NOT NULL,
	file TEXT NOT NULL,
	line INTEGER NOT NULL,
	member TEXT NOT NULL
);

CREATE TABLE IF NOT EXISTS file (
	name TEXT PRIMARY KEY,
	accepted INTEGER NOT NULL,
	known INTEGER NOT NULL,
	rejected INTEGER NOT NULL
);
