-- What cases, parties and lists in any order need. Every statement may run twice.
-- depends: 0001_the_book

set local lock_timeout = '5s';

-- Texts are compared without case as lower("C") of themselves, which changes ASCII letters and nothing else on every
-- database. Those for which that is not enough stand here by field as Python's casefold gives them.
alter table orders    add column if not exists folded jsonb not null default '{}';
alter table lines     add column if not exists folded jsonb not null default '{}';
alter table customers add column if not exists folded jsonb not null default '{}';
alter table cases     add column if not exists folded jsonb not null default '{}';

create index if not exists orders_by_change on orders (tenant_id, modified_at, id);
create index if not exists orders_by_type on orders (tenant_id, type_id, id);

-- A line that was entered by itself stands where its id puts it.
alter table lines alter column position drop not null;
drop index if exists lines_of_order;
create index if not exists lines_by_order on lines (tenant_id, order_id, id);

create index if not exists tokens_by_end on tokens (tenant_id, expires_at) where expires_at is not null;
