select from pg_temp.{{function}}(
    {{indexLiteral}}{{basis}},
    definition => {{definition}}{{details}}{{copies}},
    parts => {{parts}}
);
