-- What a warehouse's purchases need: who may do what, and the filters that are written all day. Every statement may
-- run twice.
-- depends: 0002_two_more_faces

set local lock_timeout = '5s';

-- A client may look and change unless it is told otherwise.
alter table clients alter column roles set default '{view,edit}';
update clients set roles = '{view,edit}' where roles = '{}';

alter table contacts add column if not exists folded jsonb not null default '{}';
alter table items    add column if not exists folded jsonb not null default '{}';
alter table receipts add column if not exists folded jsonb not null default '{}';

-- The whole name, as it is shown and compared: an individual's begins with the first name.
update customers
   set name_folded = coalesce(folded ->> 'first_name', lower(first_name collate "C")) || ' '
                     || coalesce(folded ->> 'name', lower(name collate "C"))
 where first_name is not null;

create index if not exists items_by_sku on items (tenant_id, sku_folded, id);

create index if not exists purchases_by_id on orders (tenant_id, id) where kind = 'purchase';
create index if not exists purchases_open on orders (tenant_id, id) where kind = 'purchase' and state <> 'done';
create index if not exists purchases_closed on orders (tenant_id, id) where kind = 'purchase' and state = 'done';
create index if not exists purchases_by_customer on orders (tenant_id, customer_id, id) where kind = 'purchase';
create index if not exists purchases_by_supplier on orders (tenant_id, supplier_id, id) where kind = 'purchase';
-- Entries of an index have a bound in bytes, which long texts would pass: their beginnings stand here.
create index if not exists purchases_by_number on orders
    (tenant_id, (left(coalesce(folded ->> 'number', lower(coalesce(number, code) collate "C")), 200) collate "C"), id)
    where kind = 'purchase';
create index if not exists purchases_by_external_id on orders
    (tenant_id, (left(coalesce(folded ->> 'external_id', lower(external_id collate "C")), 200) collate "C"), id)
    where kind = 'purchase' and external_id is not null;
-- What an index of a part of a table knows of its expressions is not used for estimates: without these, a number of
-- which there is one looks as frequent as a customer.
create statistics if not exists orders_numbers
    on (left(coalesce(folded ->> 'number', lower(coalesce(number, code) collate "C")), 200) collate "C") from orders;
create statistics if not exists orders_external_ids
    on (left(coalesce(folded ->> 'external_id', lower(external_id collate "C")), 200) collate "C") from orders;
