using System.Net;
using System.Net.Sockets;
using Lethe.Linux;
using Lethe.Media.Routes;

namespace Lethe.Media.KernelBuffers;

/// <summary>Data in transit between processes, which the kernel buffers.</summary>
internal sealed class KernelBuffersPlant : IPlant
{
    public Medium Medium => Medium.KernelBuffers;

    public IEnumerable<Route> Routes() =>
        [new Pipes(), new UnixSocket(), new TcpSocket(), new Terminals(), new BpfMap(), new FileNames()];

    private abstract class ExitRoute(string way, string meaning) : Route(way, meaning)
    {
        public override void End(IKeeper keeper) => keeper.LetWorkloadExit();
    }

    private sealed class Pipes() : ExitRoute("pipe", "a process exits with unread pipes")
    {
        private readonly List<(Descriptor Read, Descriptor Write)> pipes = [];

        public override long Plant(Planting planting)
        {
            const int Capacity = 1 << 20;
            long planted = 0;
            while (planted < planting.Bytes)
            {
                (Descriptor Read, Descriptor Write) pipe = Descriptor.Pipe();
                pipes.Add(pipe);
                int room = pipe.Write.SetPipeCapacity(Capacity);
                planted = planting.Pour(planted, Math.Min(planting.Bytes, planted + room), piece =>
                {
                    pipe.Write.WriteAll(piece);
                    return piece.Length;
                });
            }

            return planted;
        }
    }

    private sealed class UnixSocket() : ExitRoute("unix-socket", "a process exits with unread data in unix sockets")
    {
        private Socket sender = null!;
        private Descriptor receiver = null!;

        public override long Plant(Planting planting)
        {
            (sender, receiver) = LocalSocket.Pair();
            return Sending.All(sender, planting);
        }
    }

    private sealed class TcpSocket() : ExitRoute("tcp-socket", "a process exits with unread data in TCP sockets")
    {
        private Socket sender = null!, receiver = null!;

        public override long Plant(Planting planting)
        {
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Sending.SetBuffer(listener, LocalSocket.SO_RCVBUFFORCE, planting.Bytes);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(1);
            sender = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            sender.Connect(listener.LocalEndPoint!);
            receiver = listener.Accept();
            return Sending.All(sender, planting);
        }
    }

    private sealed class Terminals() : ExitRoute("pty", "a process exits with unread input in pseudo-terminals")
    {
        private readonly List<PseudoTerminal> terminals = [];

        // Each takes about 64 KiB (drivers/tty/tty_buffer.c).
        public override long MostBytes => 512 * 1024;

        public override long Plant(Planting planting)
        {
            long planted = 0;
            while (planted < planting.Bytes && terminals.Count < 64)
            {
                var terminal = new PseudoTerminal();
                terminals.Add(terminal);
                planted = planting.Pour(planted, planting.Bytes, piece => Sending.WhatFits(terminal.Controller, piece), chunk: 512);
            }

            return planted;
        }
    }

    private sealed class BpfMap() : ExitRoute("bpf-map", "a process exits with data in a BPF map")
    {
        private const int ValueSize = 64 * 1024;
        private Descriptor map = null!;

        public override long Plant(Planting planting)
        {
            map = BpfArrayMap.Create(ValueSize, (int)((planting.Bytes + ValueSize - 1) / ValueSize));
            uint index = 0;
            return planting.Pour(0, planting.Bytes - planting.Bytes % ValueSize, piece =>
            {
                BpfArrayMap.Set(map, index++, piece);
                return piece.Length;
            }, ValueSize);
        }
    }
}
