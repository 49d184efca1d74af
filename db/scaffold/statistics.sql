
-- The planner has statistics of the index's expressions, for queries that never scan it: from these from now on.
{{create}}
analyze {{qualifiedTable}};
select from pg_temp.assert_statistics(
    {{indexLiteral}},
    expression_statistics => {{names}}
);
