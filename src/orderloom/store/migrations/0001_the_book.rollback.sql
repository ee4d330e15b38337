drop table if exists events, imported_ids, number_claims, receipts, costings, lines, orders, currencies, supply_types,
    facilities, qualifiers, items, cases, contacts, customers, order_types, tokens, clients, users, tenant_hosts, tenants;
