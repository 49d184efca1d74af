{{check}}

drop index concurrently if exists {{leftover}};

{{create}};
{{extras}}
select pg_temp.assert_built(
    {{indexLiteral}},
    definition => {{definition}}{{details}}
);
