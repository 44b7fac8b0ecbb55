-- Which of an onboarding's questions is the newest does not depend on a clock: one that was set back had made the
-- one before it the newest again.
ALTER TABLE items ADD COLUMN nth BIGINT NOT NULL DEFAULT 0;
UPDATE items SET nth = (SELECT count(*) FROM items AS other
    WHERE other.tenant_id = items.tenant_id AND other.onboarding = items.onboarding
      AND (other.opened_at, other.id) <= (items.opened_at, items.id));
DROP INDEX items_onboarding;
CREATE UNIQUE INDEX items_onboarding ON items (tenant_id, onboarding, nth);
