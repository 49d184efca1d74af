select from pg_temp.assert_name_free(
    {{indexLiteral}},
    definition => {{definition}}
);
