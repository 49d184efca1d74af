{{check}}

drop index concurrently if exists {{leftover}};

{{create}};
{{extras}}
select from pg_temp.assert_built(
    {{indexLiteral}},
    definition => {{definition}}{{details}}
);
{{withoutStatistics}}
