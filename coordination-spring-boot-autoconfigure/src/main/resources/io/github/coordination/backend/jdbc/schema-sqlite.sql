-- Tables of coordination.url=jdbc:sqlite:... (format 1). Ready for Flyway and Liquibase; repeating it changes nothing.

create table if not exists coordination_namespace (
    name text not null primary key,
    store_format integer not null,
    store_id text not null
) without rowid;

create table if not exists coordination_session (
    id text not null primary key,
    namespace text not null,
    ttl integer not null,
    expires_at integer not null,
    swept integer not null
) without rowid;

create table if not exists coordination_queue (
    directory text not null primary key,
    label text not null,
    counter integer not null,
    valid_until integer not null,
    entries text not null
) without rowid;

create table if not exists coordination_entry (
    directory text not null,
    id text not null,
    label text not null,
    session_id text,
    create_revision integer not null,
    revision integer not null,
    content text not null,
    primary key (directory, id)
) without rowid;

create index if not exists coordination_entry_session on coordination_entry (session_id);

create index if not exists coordination_entry_revision on coordination_entry (revision);

-- SQLite's clock counts milliseconds: what was deleted within one is remembered here.

create table if not exists coordination_floor (
    revision integer not null
);

insert into coordination_floor (revision) select 0 where not exists (select 1 from coordination_floor);

create trigger if not exists coordination_entry_deleted after delete on coordination_entry
when old.revision > (select revision from coordination_floor)
begin
    update coordination_floor set revision = old.revision;
end;
