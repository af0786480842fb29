using Lethe.Cli;
using Lethe.Cli.Commands;
using Lethe.Cli.Run;
using Lethe.Disposal;
using Lethe.Lab.Guest;

// Before anything else: in the laboratory's guest every step of start-up counts.
if ((Roles.Play(args) ?? GuestRoles.Play(args)) is { } exitCode) return exitCode;

Console.SetOut(new StandardWriter(StandardStream.Output));
Console.SetError(new StandardWriter(new StandardStream(2)));
RunWords words = RunWords.Of(args);
return CommandRunner.Run(CommandTree.Create(words.Command), words.Own);
