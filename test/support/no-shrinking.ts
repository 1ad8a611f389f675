/** For mutation testing, where a failed property need not be explained: shrinking takes longer than finding. */
import fc from 'fast-check';

fc.configureGlobal({ endOnFailure: true });
