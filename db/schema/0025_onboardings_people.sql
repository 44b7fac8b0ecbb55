-- Whose onboardings they are: Home, digests and lists of a person look at theirs, not at everyone's.
CREATE INDEX onboardings_owner ON onboardings (tenant_id, owner_user_id, number);
CREATE INDEX onboardings_starter ON onboardings (tenant_id, started_by, number);
