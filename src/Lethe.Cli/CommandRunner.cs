using System.CommandLine;
using Lethe.Cli.Scan;
using Lethe.Disposal.Running;
using Lethe.Evidence;
using Lethe.Lab;
using Lethe.Linux;

namespace Lethe.Cli;

/// <summary>Runs a command line and turns whatever goes wrong into one line, a hint, and an exit code.</summary>
internal static class CommandRunner
{
    public static int Run(RootCommand root, string[] arguments)
    {
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            Fail(parsed.Errors[0].Message, $"see lethe {parsed.CommandResult.Command.Name} --help".Replace("lethe lethe", "lethe"));
            return ExitCode.Usage;
        }

        try
        {
            return parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).GetAwaiter().GetResult();
        }
        catch (LabException failure)
        {
            return Fail(failure.Message, failure.Hint, failure.ExitCode);
        }
        catch (RunException failure)
        {
            return Fail(failure.Message, failure.Hint, failure.ExitCode);
        }
        catch (EvidenceException failure)
        {
            return Fail(failure.Message, failure.Hint, failure.ExitCode);
        }
        catch (ScanException failure)
        {
            return Fail(failure.Message, failure.Hint, failure.ExitCode);
        }
        catch (OperationCanceledException)
        {
            return Fail("interrupted", "nothing was left running", ExitCode.Interrupted);
        }
        catch (LinuxException failure) when (failure.Error is Errno.EACCES or Errno.EPERM)
        {
            return Fail(failure.Message, "run it as root, or as a user who may do this", ExitCode.Permission);
        }
        catch (UnauthorizedAccessException failure)
        {
            return Fail(failure.Message, "choose a place that you may write to", ExitCode.Permission);
        }
        catch (LinuxException failure) when (failure.Error == Errno.ENOMEM)
        {
            return Fail(failure.Message, "use less: --memory, --jobs 1", ExitCode.OperationalError);
        }
        catch (IOException failure)
        {
            return Fail(failure.Message, "see that there is space and that the path is right", ExitCode.OperationalError);
        }
    }

    private static void Fail(string message, string hint)
    {
        Console.Error.WriteLine($"lethe: {Printable.Of(message)}");
        // Hints are Lethe's own text; what they quote is escaped where it is quoted.
        Console.Error.WriteLine($"  {hint}");
    }

    private static int Fail(string message, string hint, int exitCode)
    {
        Fail(message, hint);
        return exitCode;
    }
}
