"""What the server has to survive: kills, a database that goes, bad clients, too much load, full disks, odd clocks."""
