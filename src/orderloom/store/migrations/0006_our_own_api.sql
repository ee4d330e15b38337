-- What our own API needs: the ids that others have for our records, answers that are given again, and the words of
-- orders. Every statement may run twice.
-- depends: 0005_api_keys

set local lock_timeout = '5s';

-- What a record is called elsewhere: one id in each source.
create table if not exists external_ids (
    tenant_id       int         not null,
    kind            text        not null,
    source          text        not null,
    their_id        text        not null,
    our_id          bigint      not null,
    constraint external_ids_pkey primary key (tenant_id, kind, source, their_id),
    constraint external_ids_our_id_key unique (tenant_id, kind, our_id, source)
);

-- Answers to writes that carried a key, for those who ask again.
create table if not exists kept_answers (
    tenant_id       int         not null,
    face            text        not null,
    actor           text        not null,
    key             text        not null,
    request         bytea       not null,
    kept_at         timestamptz not null,
    status          int         not null,
    content_type    text,
    headers         jsonb       not null,
    body            bytea       not null,
    constraint kept_answers_pkey primary key (tenant_id, face, actor, key)
);
create index if not exists kept_answers_by_age on kept_answers (tenant_id, kept_at);

-- The words of an order's own texts, without accents and case, as `book.words` makes them of what is searched for.
-- Most texts are ASCII and need the shorter half. What JSON escapes, and whatever is a sign in some script, is a blank.
-- Whose words they are is a word too, so that a search reads no other tenant's orders. A very long text is found by its
-- beginning.
alter table orders add column if not exists words tsvector generated always as (
    array_to_tsvector(array['=' || tenant_id::text]) ||
    case when octet_length(left(code || ' ' || coalesce(number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(external_id, '')
             || ' ' || coalesce(supplier_reference, '') || ' ' || coalesce(process_id, '') || ' ' || coalesce(notes, '')
             || ' ' || case when data = '{}' then '' when strpos(data::text, '\') = 0 then left(data::text, 5000)
                             else regexp_replace(left(data::text, 5000), '\\(u[0-9a-f]{4}|.)', ' ', 'g') end, 20000))
         = length(left(code || ' ' || coalesce(number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(external_id, '')
             || ' ' || coalesce(supplier_reference, '') || ' ' || coalesce(process_id, '') || ' ' || coalesce(notes, '')
             || ' ' || case when data = '{}' then '' when strpos(data::text, '\') = 0 then left(data::text, 5000)
                             else regexp_replace(left(data::text, 5000), '\\(u[0-9a-f]{4}|.)', ' ', 'g') end, 20000))
    then strip(to_tsvector('simple', lower(translate(
            left(code || ' ' || coalesce(number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(external_id, '')
             || ' ' || coalesce(supplier_reference, '') || ' ' || coalesce(process_id, '') || ' ' || coalesce(notes, '')
             || ' ' || case when data = '{}' then '' when strpos(data::text, '\') = 0 then left(data::text, 5000)
                             else regexp_replace(left(data::text, 5000), '\\(u[0-9a-f]{4}|.)', ' ', 'g') end, 20000),
            '-/._@:+&<>=%#~\', '               ') collate "C")))
    else strip(to_tsvector('simple', lower(translate(regexp_replace(regexp_replace(normalize(
            left(code || ' ' || coalesce(number, '') || ' ' || coalesce(title, '') || ' ' || coalesce(external_id, '')
             || ' ' || coalesce(supplier_reference, '') || ' ' || coalesce(process_id, '') || ' ' || coalesce(notes, '')
             || ' ' || case when data = '{}' then '' when strpos(data::text, '\') = 0 then left(data::text, 5000)
                             else regexp_replace(left(data::text, 5000), '\\(u[0-9a-f]{4}|.)', ' ', 'g') end, 20000), NFKD),
            '[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+', '', 'g'),
            '[\u0080-\u00bf\u00d7\u00f7\u060c\u061b\u061f\u0964\u0965\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u3000-\u303f]', ' ', 'g'),
            '-/._@:+&<>=%#~\'
            || 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏҐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩÆŒÐÞ'
            || 'łŁøØđĐħĦıς',
            '               '
            || 'абвгдежзиклмнопрстуфхцчшщъыьэюяђєѕіјљњћџґαβγδεζηθικλμνξοπρστυφχψωæœðþ'
            || 'llooddhhiσ') collate "C")))
    end
) stored;
-- What is new waits in a list that every search reads: it is kept short.
create index if not exists orders_by_words on orders using gin (words) with (gin_pending_list_limit = 256);
