import type { Command } from 'commander';
import { addCommand, atDesk } from '../command';

/** `parley doctor` */
export function addDoctor(program: Command): void {
  addCommand(program, 'doctor', {
    summary: 'say what is wrong with this installation, a line each, with the way out',
    examples: ['doctor', 'doctor --json | jq -r \'.findings[] | select(.state != "ok") | .message\''],
  })
    .addHelpText(
      'after',
      '\nRun it with the environment of the gateway. It changes nothing, and ends with 1 where something hurts now.',
    )
    .action((options: { json?: boolean }) =>
      atDesk(options, async (run) => {
        const { examine } = await import('../doctor/examine.js');
        await examine(run);
      }),
    );
}
