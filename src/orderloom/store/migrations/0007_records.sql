-- What the other nouns of our own API need: the words of what orders refer to, and events by time. Every statement may
-- run twice.
-- depends: 0006_our_own_api

set local lock_timeout = '5s';

-- The words of records, as those of orders, but for the shorter half: these are written rarely.
alter table customers add column if not exists words tsvector generated always as (
    array_to_tsvector(array['=' || tenant_id::text]) ||
    strip(to_tsvector('simple', lower(translate(regexp_replace(regexp_replace(normalize(left(
            name || ' ' || coalesce(first_name, '') || ' ' || coalesce(external_id, '') || ' ' || coalesce(city, '')
             || ' ' || coalesce(country, ''), 20000), NFKD),
            '[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+', '', 'g'),
            '[\u0080-\u00bf\u00d7\u00f7\u060c\u061b\u061f\u0964\u0965\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u3000-\u303f]', ' ', 'g'),
            '-/._@:+&<>=%#~\'
            || 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏҐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩÆŒÐÞ'
            || 'łŁøØđĐħĦıς',
            '               '
            || 'абвгдежзиклмнопрстуфхцчшщъыьэюяђєѕіјљњћџґαβγδεζηθικλμνξοπρστυφχψωæœðþ'
            || 'llooddhhiσ') collate "C")))
) stored;
create index if not exists customers_by_words on customers using gin (words) with (gin_pending_list_limit = 256);
alter table contacts add column if not exists words tsvector generated always as (
    array_to_tsvector(array['=' || tenant_id::text]) ||
    strip(to_tsvector('simple', lower(translate(regexp_replace(regexp_replace(normalize(left(
            coalesce(code, '') || ' ' || coalesce(company_name, '') || ' ' || coalesce(name, '') || ' ' || coalesce(city, '')
             || ' ' || coalesce(country, '') || ' ' || coalesce(email_address, ''), 20000), NFKD),
            '[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+', '', 'g'),
            '[\u0080-\u00bf\u00d7\u00f7\u060c\u061b\u061f\u0964\u0965\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u3000-\u303f]', ' ', 'g'),
            '-/._@:+&<>=%#~\'
            || 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏҐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩÆŒÐÞ'
            || 'łŁøØđĐħĦıς',
            '               '
            || 'абвгдежзиклмнопрстуфхцчшщъыьэюяђєѕіјљњћџґαβγδεζηθικλμνξοπρστυφχψωæœðþ'
            || 'llooddhhiσ') collate "C")))
) stored;
create index if not exists contacts_by_words on contacts using gin (words) with (gin_pending_list_limit = 256);
alter table cases add column if not exists words tsvector generated always as (
    array_to_tsvector(array['=' || tenant_id::text]) ||
    strip(to_tsvector('simple', lower(translate(regexp_replace(regexp_replace(normalize(left(
            code || ' ' || name, 20000), NFKD),
            '[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+', '', 'g'),
            '[\u0080-\u00bf\u00d7\u00f7\u060c\u061b\u061f\u0964\u0965\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u3000-\u303f]', ' ', 'g'),
            '-/._@:+&<>=%#~\'
            || 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏҐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩÆŒÐÞ'
            || 'łŁøØđĐħĦıς',
            '               '
            || 'абвгдежзиклмнопрстуфхцчшщъыьэюяђєѕіјљњћџґαβγδεζηθικλμνξοπρστυφχψωæœðþ'
            || 'llooddhhiσ') collate "C")))
) stored;
create index if not exists cases_by_words on cases using gin (words) with (gin_pending_list_limit = 256);
alter table items add column if not exists words tsvector generated always as (
    array_to_tsvector(array['=' || tenant_id::text]) ||
    strip(to_tsvector('simple', lower(translate(regexp_replace(regexp_replace(normalize(left(
            sku || ' ' || coalesce(description, ''), 20000), NFKD),
            '[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+', '', 'g'),
            '[\u0080-\u00bf\u00d7\u00f7\u060c\u061b\u061f\u0964\u0965\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u3000-\u303f]', ' ', 'g'),
            '-/._@:+&<>=%#~\'
            || 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏҐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩÆŒÐÞ'
            || 'łŁøØđĐħĦıς',
            '               '
            || 'абвгдежзиклмнопрстуфхцчшщъыьэюяђєѕіјљњћџґαβγδεζηθικλμνξοπρστυφχψωæœðþ'
            || 'llooddhhiσ') collate "C")))
) stored;
create index if not exists items_by_words on items using gin (words) with (gin_pending_list_limit = 256);

-- Texts of users that lower("C") does not fold, as elsewhere.
alter table users add column if not exists folded jsonb not null default '{}';

-- Events are entered as time goes on and never change, so that what one part of the table holds is a stretch of time:
-- an index of these stretches costs writers next to nothing.
create index if not exists events_by_time on events using brin (tenant_id, at) with (autosummarize = on);

-- Whatever kind of order it is, who asks for a customer's orders, and who deletes a customer whose none may be, looks
-- here. Purchases are still told apart without reading one.
create index if not exists orders_by_customer on orders (tenant_id, customer_id, id) include (kind)
    where customer_id is not null;
create index if not exists orders_by_supplier on orders (tenant_id, supplier_id, id) include (kind)
    where supplier_id is not null;
drop index if exists purchases_by_customer;
drop index if exists purchases_by_supplier;
