using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lethe.Lab.Machine;

/// <summary>Talks to QEMU's monitor (QEMU Machine Protocol): one JSON object a line.</summary>
internal sealed class QmpClient(Socket socket) : IDisposable
{
    private readonly LineSocket lines = new(socket);

    /// <summary>Reads the greeting and leaves the negotiation mode.</summary>
    /// <exception cref="IOException">The emulator ended.</exception>
    public async Task Greet(CancellationToken cancel)
    {
        await lines.ReadLine(cancel);
        await Execute("qmp_capabilities", null, cancel);
    }

    /// <summary>Runs a command and gives back what it returned.</summary>
    /// <exception cref="IOException">The emulator ended or refused.</exception>
    public async Task<JsonNode?> Execute(string command, JsonObject? arguments, CancellationToken cancel)
    {
        var request = new JsonObject { ["execute"] = command };
        if (arguments is not null) request["arguments"] = arguments;
        await lines.WriteLine(request.ToJsonString(), cancel);
        while (true)
        {
            JsonNode? answer = Parse(await lines.ReadLine(cancel));
            if (answer?["error"] is { } error) throw new IOException($"QEMU refused {command}: {error["desc"]}");
            if (answer is JsonObject fields && fields.ContainsKey("return")) return fields["return"];
            // Anything else is an event.
        }
    }

    /// <summary>Asks again until an answer satisfies, without a pause when it does at once.</summary>
    public async Task<string> Await(string query, Func<string, bool> satisfied, CancellationToken cancel)
    {
        while (true)
        {
            JsonNode? answer = await Execute(query, null, cancel);
            string status = answer?["status"]?.GetValue<string>() ?? "";
            if (satisfied(status)) return status;
            await Task.Delay(TimeSpan.FromMilliseconds(5), cancel);
        }
    }

    public void Dispose() => lines.Dispose();

    private static JsonNode? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line);
        }
        catch (JsonException)
        {
            throw new IOException($"QEMU's monitor said '{line}'");
        }
    }
}
