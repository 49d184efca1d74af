{{check}}
{{statistics}}
drop index concurrently if exists {{qualifiedIndex}};
{{keeper}}
