-- Tables of coordination.url=jdbc:mysql://... (format 1). Ready for Flyway and Liquibase; repeating it changes nothing.

create table if not exists coordination_namespace (
    name varchar(120) not null primary key,
    store_format integer not null,
    store_id varchar(40) not null
) engine = InnoDB character set ascii collate ascii_bin;

create table if not exists coordination_session (
    id varchar(64) not null primary key,
    namespace varchar(120) not null,
    ttl bigint not null,
    expires_at bigint not null,
    swept integer not null
) engine = InnoDB character set ascii collate ascii_bin;

create table if not exists coordination_queue (
    directory varchar(370) not null primary key,
    label text not null,
    counter bigint not null,
    valid_until bigint not null,
    entries mediumtext not null
) engine = InnoDB character set ascii collate ascii_bin;

create table if not exists coordination_entry (
    directory varchar(370) not null,
    id varchar(120) not null,
    label text not null,
    session_id varchar(64),
    create_revision bigint not null,
    revision bigint not null,
    content mediumtext not null,
    primary key (directory, id),
    key coordination_entry_session (session_id)
) engine = InnoDB character set ascii collate ascii_bin;
