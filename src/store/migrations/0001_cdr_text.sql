-- Search by any part (3 characters or more) of a number or name, without reading every call.
-- Rows are added by the writer when a call ends; `content` keeps no second copy of the texts.
CREATE VIRTUAL TABLE `cdr_text` USING fts5 (
	`caller_number`, `caller_name`, `called_number`,
	content='cdrs', content_rowid='id', tokenize='trigram', detail='full'
);
