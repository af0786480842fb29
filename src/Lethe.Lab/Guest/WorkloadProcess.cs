using Lethe.Canaries;
using Lethe.Lab.Protocol;
using Lethe.Media.Matrix;
using Lethe.Media.Routes;

namespace Lethe.Lab.Guest;

/// <summary>The process in the guest that plants and ends. It is told what to do on standard input.</summary>
internal static class WorkloadProcess
{
    /// <summary>Serves until it is told to exit, or ended otherwise.</summary>
    public static int Run()
    {
        using var input = PlainStandardStreams.Input();
        using var output = PlainStandardStreams.Output();
        Route? route = null;
        bool underLethe = ProtectionOrder.OptionsOfGuest() is not null;
        // Under lethe run it is not the keeper's child, so the keeper learns only here whom to signal.
        output.WriteLine(new GuestMessage(GuestMessage.Ready, Environment.ProcessId.ToString()));
        while (input.ReadLine() is { } line)
        {
            GuestMessage message = GuestMessage.Parse(line);
            if (message.Kind == GuestMessage.Exit) return 0;
            output.WriteLine(Answer.To(() => Serve(message, underLethe, ref route)));
        }

        return 0;
    }

    private static GuestMessage Serve(GuestMessage message, bool underLethe, ref Route? route)
    {
        switch (message.Kind)
        {
            case GuestMessage.Plant when PlantOrder.Parse(message.Text) is { } order && Catalog.Find(order.Route, underLethe) is { } entry:
                route = entry.Route;
                var canary = new Canary(order.Seed, route.Form);
                long bytes = Math.Min(order.Bytes, route.MostBytes);
                return new GuestMessage(GuestMessage.Planted, route.Plant(new Planting(canary, bytes)).ToString());
            case GuestMessage.End when route is not null:
                route.EndInWorkload();
                return new GuestMessage(GuestMessage.Ended);
            default:
                return new GuestMessage(GuestMessage.Failed, $"the workload does not know '{message}'");
        }
    }
}
