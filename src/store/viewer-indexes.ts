/**
 * Indexes that the viewer's table of episodes walks: one for each column it sorts by, so that any window of any order costs what
 * is in it, not a sort of hundreds of thousands of rows; and one that holds all that a run's counts are made of. An
 * episode changes twice in its life, so these cost a run nothing that could be measured.
 */
export const viewerIndexes = `
CREATE INDEX episodes_by_rounds ON episodes (run_id, rounds, number);
CREATE INDEX episodes_by_reward ON episodes (run_id, reward, number);
CREATE INDEX episodes_by_ca_score ON episodes (run_id, ca_score, number);
CREATE INDEX episodes_by_knowledge ON episodes (run_id, knowledge, number);
CREATE INDEX episodes_by_benevolence ON episodes (run_id, benevolence, number);
CREATE INDEX episodes_by_power ON episodes (run_id, power, number);
CREATE INDEX episodes_by_vitality ON episodes (run_id, vitality, number);
CREATE INDEX episodes_by_finished_at ON episodes (run_id, finished_at, number);
CREATE INDEX episodes_by_failure ON episodes (run_id, failure) WHERE failure IS NOT NULL;
CREATE INDEX episodes_counted ON episodes (run_id, status, outcome, rounds, reward, ca_score, failure);
`;
