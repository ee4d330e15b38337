-- What an agency's purchases need: numbers of their own for those that are made real, and the phases of a job. Every
-- statement may run twice.
-- depends: 0003_purchases

set local lock_timeout = '5s';

-- A sequence for each tenant takes no lock, where a counter row would make those who promote queue behind each other.
do $$
declare
    tenant int;
begin
    for tenant in select id from tenants loop
        execute format('create sequence if not exists purchase_numbers_%s as bigint', tenant);
    end loop;
end
$$;

-- All whose codes begin alike are a range of this one, whatever the collation of the database.
create index if not exists cases_by_code on cases (tenant_id, code collate "C");
